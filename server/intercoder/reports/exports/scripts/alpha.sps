MATRIX.
GET v /VARIABLES=@COLUMNS@ /MISSING=ACCEPT.
COMPUTE many = RSUM(v >= 0).
COMPUTE use = (many > 1).
COMPUTE many = many &* use.
COMPUTE n = CSUM(many).
COMPUTE squares = many * 0.
COMPUTE chance = n * n.
LOOP j = 0 TO MMAX(v).
COMPUTE here = RSUM(v = j) &* use.
COMPUTE squares = squares + here &* here.
COMPUTE chance = chance - CSUM(here) * CSUM(here).
END LOOP.
COMPUTE observed = CSUM((many &* many - squares) &/ (many - 1)).
DO IF chance > 0.
COMPUTE alpha = 1 - (observed / n) / (chance / (n * (n - 1))).
PRINT alpha /FORMAT=F14.9 /TITLE='alpha of @COLUMNS@'.
ELSE.
PRINT n /TITLE='alpha of @COLUMNS@ is undefined: there is one value only, or no unit with two'.
END IF.
END MATRIX.
