import ast

import pytest

from comity.labels.tests import mutation

TOY = """
def may_read(subject, label):
    if subject not in label:
        return False
    return True
"""


def test_every_way_to_break_a_check_is_tried():
    changes = sorted(mutant.change for mutant in mutation.mutants(TOY))
    assert changes == ["NotIn → In", "answer turned", "answer turned", "check removed"]


def test_a_mutant_differs_from_its_source():
    whole = ast.unparse(ast.parse(TOY))
    assert all(ast.unparse(mutant.tree) != whole for mutant in mutation.mutants(TOY))


@pytest.mark.mutation
def test_no_mutant_of_the_policy_survives():
    noticed, survived = mutation.run()
    assert len(noticed) > 60  # fewer: the policy moved, and the run looks where it no longer is
    assert [f"{mutant.line} {mutant.change}: {mutant.code}" for mutant in survived] == []
