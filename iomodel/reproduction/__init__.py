"""Published claims against what the tables give, and the answer to the question behind them.

`claims()` and `verdicts()` set every figure of `seeds/claims.csv` beside ours; `answer(sector)`
says where a peso of an industry's sales ends; `two_mexicos()` shows how far two official tables of
one year lie apart.  Nothing is stored: all is computed from the bundled tables at each call.
"""

from iomodel.reproduction.answers import Answer, answer
from iomodel.reproduction.circular import closures
from iomodel.reproduction.gap import two_mexicos
from iomodel.reproduction.judgement import VERDICTS, claims, verdicts

__all__ = ["VERDICTS", "Answer", "answer", "claims", "closures", "two_mexicos", "verdicts"]
