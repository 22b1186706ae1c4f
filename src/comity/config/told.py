"""What `--help` tells of each command: a line where it is listed, and what it does and leaves alone."""

SHORT = {
    "init": "make the node's directory, its secret and its tables",
    "run": "serve the node",
    "courier": "let what was released leave, and fetch what partners released",
    "signer": "keep the private keys, and sign what may be signed",
    "live": "serve live updates alone",
    "demo": "load the example partnership and serve it on two nodes",
    "found": "found a party on this node",
    "party": "look after a party's keys",
    "party fingerprint": "say the words by which people know a party",
    "party renew": "sign the party's manifest for another year",
    "party rotate": "give a party new keys",
    "party revoke": "say that a key of a party is known to others",
    "party export-root": "write the root key into a file that a passphrase opens",
    "party remove-root": "take the root key away from the node",
    "party import-root": "bring the root key back",
    "join": "join with parties of other nodes",
    "join invite": "write an invitation for a party of another node",
    "join open": "take a file that another party wrote",
    "join confirm": "say that the other party's fingerprint was compared",
    "join answer": "write the answer to an invitation",
    "join leave": "exchange nothing more with a party, and write a file that says so",
    "join remove": "exchange nothing more with a party",
    "join list": "say how far one is with whom",
    "bundle": "exchange by files, where no network leads",
    "bundle export": "write what a partner lacks into a file",
    "bundle import": "read what a partner wrote",
    "bundle slip": "enter the return slip of a partner",
    "party move": "take a party to a node of its own",
    "hub": "keep a hub, and use one",
    "hub serve": "keep a hub: the message server, and what looks after it",
    "hub member": "say who may use the hub that is kept here",
    "hub member add": "let a party's node use the hub",
    "hub member remove": "let a party's node use the hub no more",
    "hub member list": "say who may use the hub",
    "hub ask": "write the statement with which a hub lets this node in",
    "hub use": "exchange through a hub",
    "hub leave": "exchange through a hub no more",
    "hub list": "say which hubs this node uses, and when they were heard",
    "invite": "make a link with which somebody opens an account",
    "import": "import data files",
    "audit": "look after the log",
    "audit verify": "recompute the log from the stored revisions",
    "audit checkpoint": "sign the log as it stands",
    "audit check-proof": "check a record's inclusion proof",
    "rebuild": "make the tables anew from the stored revisions",
    "backup": "write a backup while the node runs",
    "restore": "make a node from a backup",
    "bench": "measure what things cost on this machine",
    "bench import": "read, validate and apply a sheet of measurements",
    "bench federation": "let two nodes exchange records",
    "bench hub": "say what a channel of many members costs its sender",
}
LONG = {
    "init": "Safe to run again: it brings the tables of an older version up to date and replaces nothing.",
    "courier": """“comity run” starts one beside the server; one is enough. It gives what waits to every partner that
        was confirmed and can be called, asks them for what is missing here, and ends when it is told to.""",
    "signer": """The one process that reads the private keys. “comity run” starts one beside the server; start it by
        itself only under a system user of its own (docs/operating.md). It looks at whatever it is to sign, and
        refuses what the key is not for.""",
    "run": """One worker process per core, and beside them the signer, the courier and one for live updates; what
        dies is started again. Stop all of it with Ctrl-C. With --only it runs some of these, for whoever keeps them
        apart or has more web servers than one (docs/operating.md).""",
    "live": """Tells open pages that something happened, and nothing else. `comity run` does it by itself; this is for
        whoever lets a service manager keep each process, and needs COMITY_LIVE_URL where pages are served.""",
    "demo": """Makes two nodes side by side, in <home>/mission for NATO Mission Iraq and in <home>/iraq for the Republic
        of Iraq, each with its own database, keys and accounts, and serves them on --port and the port above. A sign-in
        for each office is printed and kept in each node's sign-ins.json. With --one-node both parties are on one node
        in <home>, and running it again loads what is new. With --size it is a partnership that does not exist, on one
        node, made from a seed number: the same seed and size make the same records on every machine.""",
    "found": """Makes the party's keys below <home>/keys and signs its first manifest. HANDLE is the short name by which
        commands and files know it.""",
    "party": "What only the root key of a party can say. HANDLE is the short name by which the node knows the party.",
    "party fingerprint": """Prints the sixteen words, in English and Arabic, that two people read to each other before
        their nodes join.""",
    "party renew": """A manifest holds for 400 days; the page Administration warns before it runs out. Needs the root
        key.""",
    "party rotate": """New release, exchange and audit keys, in a new manifest; the old ones are destroyed, but what was
        sealed for the old exchange key can still be opened. Needs the root key.""",
    "party revoke": """The party gets a new key in place of its release key, or with --key audit of its audit key. What
        the old release key signed counts only up to the steps that --good names, CHANNEL/INCARNATION/NUMBER/HASH, once
        for each feed of the party; without it, up to the last steps that this node signed. What the old audit key
        signed counts only up to the log that --good names, SIZE/ROOT; without it, up to where the log goes now. Needs
        the root key.""",
    "party export-root": """Writes FILE, and opens it again to prove that it can be read. The passphrase is asked for on
        the terminal, or read as a line of standard input. Nothing is taken away.""",
    "party remove-root": """Destroys the root key on this node, after opening FILE and finding it there. Keep FILE where
        no network reaches, and a second copy elsewhere: without it the party can never change its keys.""",
    "party import-root": "Brings the root key back from FILE, for as long as it is needed.",
    "join": """The same as on the pages of Sharing. Files go by any way; people compare the fingerprints by another. A
        node that asks for two people needs the second one to confirm on the page.""",
    "join invite": "Writes FILE, which holds for 14 days and is answered once.",
    "join open": """Reads an invitation, an answer or a leaving. Says who it is from, which fingerprint to compare, and
        under which number it is kept.""",
    "join confirm": """WORDS are the sixteen that the other party's people read out to you, not the ones that this node
        printed.""",
    "join answer": "For the party that sent the invitation, once you have confirmed it.",
    "join leave": "Hand FILE to the other party. Records that went to it stay there.",
    "join remove": "As join leave, without a word to the other party.",
    "join list": "A line for each invitation, with its number.",
    "bundle": """The same frames as over a network, in files that people carry. Both parties have joined before, which
        goes by files too.""",
    "bundle export": """Writes FILE, or with --part-size FILE.1, FILE.2 and so on, each for one medium. Says first what
        waits to be said. PARTNER is a handle or an id. Whoever carries the files can read headers, and no record.""",
    "bundle import": """Reads parts of bundles, in any order and as often as one likes; what is here already is stepped
        over. Names every chunk that a medium spoiled, and goes on. Prints a return slip.""",
    "bundle slip": """For a way on which nothing comes back but a person's word. A line has a feed, a step, a count and
        four words; who entered it is on the log, and it is not taken for the partner's own receipt.""",
    "party move": """Makes a node in DIR with the party's keys, records, files and accounts, under the ids they have.
        Here its accounts are closed, its keys destroyed, and of its records only what a party that stays may read is
        kept, as copies. Nobody can write here meanwhile. One that was cut short is taken up again by the same
        command.""",
    "hub": """A hub keeps frames that it cannot read, for nodes that nobody can call. Serve and member work on a hub, in
        a directory that is no node's; ask, use, leave and list work on a node.""",
    "hub serve": """Makes the hub in the home directory, if there is none, and keeps its two processes running: the
        message server (NATS, a program of its own) and the warden, which looks at every frame. What is given here is
        remembered for the next time. Stop it with Ctrl-C.""",
    "hub member": "A member is a party whose signed statement was taken; it gives and gets frames.",
    "hub member add": """FILE is what the party's operator wrote with “comity hub ask”. WORDS are the sixteen that its
        people read out to you. A hub that runs knows it at once.""",
    "hub member remove": "PARTY is the party's id, or how it begins. What the hub has of it stays until it is old.",
    "hub member list": "A line for each party, with its id, the key of its node, and the words of its fingerprint.",
    "hub ask": "Makes the key with which this node speaks to hubs, if it has none, and writes FILE, good for 14 days.",
    "hub use": """URL is tls://HOST:PORT, or nats://HOST:PORT on this machine and in networks that COMITY_PRIVATE_PEERS
        names. Only channels in which another member uses the hub too travel through it.""",
    "hub leave": "What the hub has, it keeps for as long as its keeper says; it never could read it.",
    "hub list": "A line for each hub: how many of our channels it carries, when it was last heard, what went wrong.",
    "invite": """Prints a link that works once. Whoever opens it chooses a user name and a password. This is how the
        first administrator of a party comes in; administrators invite everybody else on the page Administration.""",
    "import": """Reads DIR/import.toml and the files it lists, founds the parties that are new, and brings all records
        in or none: each entry that cannot be accepted is named with its reason. Importing the same files twice changes
        nothing; changed entries become new revisions.""",
    "audit": "The log holds an entry for every act on this node.",
    "audit verify": """Recomputes every entry of the log from the stored revisions, bodies included, and checks what the
        parties signed. Exits 0 when all is well; otherwise names the first bad entry and exits 1. Changes nothing.""",
    "audit checkpoint": "Lets every party on this node sign the size and root of the log as it stands now.",
    "audit check-proof": """Checks an inclusion proof that a record's page offers, without a node: exits 0 when it
        holds, 1 when not.""",
    "rebuild": """Empties the tables of every kind and the search index and fills them again, in one transaction. The
        revisions and the log stay as they are.""",
    "backup": """One .tar.gz with the database as of one moment, the files and the keys, readable by its owner alone:
        keep it as you keep the keys. A PostgreSQL node needs pg_dump.""",
    "restore": """Only into a directory that holds no node, and a database of the same kind. The restore is put on the
        log.""",
    "bench": "Works on nodes of its own, which it throws away; no node that exists is read or written.",
    "bench import": """Prints, for a sheet of synthetic measurements, how long it takes to read it, to validate every
        row, to apply them, and to validate the same sheet again; medians of several runs and peak memory, on
        SQLite.""",
    "bench hub": """Starts a hub and a sender, whose channel has as many members as --members says; they are keys and no
        nodes. Prints what a frame of one record costs the sender, in time of its processor and in bytes, and what the
        keyset and the notice cost that the members get first.""",
    "bench federation": """Starts two nodes on 127.0.0.1 and prints how long it takes from a release until a reader of
        the other node finds the record; how many records a second go over when many wait; how a node catches up that
        was away; what each process used for it; and beside it what the machine can do at most.""",
}
