"""SIECLE BEE, the national pupil register, behind one gateway (docs/siecle.md).

`gateway` says what any way of reaching it must do; `file`, `sygne` and `demo` are the three there are, and the
SIECLE_GATEWAY setting names the one in use. `reading` judges the pupils that any of them brings, `results` writes what
goes back.
"""
