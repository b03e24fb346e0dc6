* Reads numbers.csv: a row for each unit, a column for each coder, a number for each set of codes (values.csv says which); -1 is missing.
* Krippendorff's alpha, Cohen's kappa, percent agreement and AC1 by kappaetc: ssc install kappaetc (once). The alpha is to be the first
* of expected.csv.

version 14
import delimited using "numbers.csv", varnames(1) encoding("utf-8") clear
mvdecode coder_*, mv(-1)
@LABELS@
kappaetc coder_*
