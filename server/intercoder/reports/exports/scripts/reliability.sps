* Encoding: UTF-8.
* Reads numbers.csv: a row for each unit, a column for each coder, a number for each set of codes (values.csv says which); -1 is missing.
* Then computes Krippendorff's nominal alpha over all coders and over each pair; the report has them in expected.csv.
* CROSSTABS /STATISTICS=KAPPA is not used here: it is wrong or refused where two coders did not use the same sets of codes.
* The macro KALPHA (Hayes & Krippendorff 2007, doi:10.1080/19312450709336664) is called by the last line: take away its star once it is installed.

GET DATA /TYPE=TXT /FILE="numbers.csv" /ENCODING="UTF8" /DELIMITERS="," /QUALIFIER='"' /ARRANGEMENT=DELIMITED /FIRSTCASE=2
 /VARIABLES=unit F8.0 @VARIABLES@.
VARIABLE LABELS @VARIABLE_LABELS@.
VALUE LABELS @FIRST@ TO @LAST@ @VALUE_LABELS@.
EXECUTE.
SET MXLOOPS=100000000.
@ALPHAS@
MISSING VALUES @FIRST@ TO @LAST@ (-1).
* KALPHA judges = @FIRST@ TO @LAST@ /level = 1 /detail = 1 /boot = 1000.
