import sys; sys.path.insert(0, "/tmp")
from tests.quiz.leaks.test_walk import *
from f_debug import summarise
def test_debug(site):
    for who in ("another instructor",):
        w = Walker(site, visitor(site, who))
        for a in addresses():
            w.visit("get", a)
        for k, v in summarise(w.trouble).items(): print(who, v, k[:200])
        print(w.statuses)
