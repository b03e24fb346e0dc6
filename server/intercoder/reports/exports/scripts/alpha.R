# Krippendorff's alpha of the units in units.csv, held against the numbers of the report in expected.csv.
#   Rscript alpha.R
# Needs nothing but R. Where the packages irr or irrCAC are installed, their number is printed beside it.
# Ends with status 1 where a number is not the report's.
#
# units.csv: a row for each unit, a column for each coder. A value is the set of codes that the coder gave the unit
# (k1+k4; 0 is no code, which is a value); NA: the coder has no value there. codes.csv and coders.csv say the names.

units <- read.csv("units.csv", fileEncoding = "UTF-8-BOM", colClasses = "character", na.strings = "NA")
expected <- read.csv("expected.csv", fileEncoding = "UTF-8-BOM", stringsAsFactors = FALSE)
coders <- grep("^coder_", names(units), value = TRUE)
values <- as.matrix(units[, coders, drop = FALSE])

# Nominal alpha (Krippendorff 2019, chapter 12): 1 - observed / expected disagreement, over units with two values or more.
alpha <- function(values) {
  pairable <- rowSums(!is.na(values)) > 1
  values <- values[pairable, , drop = FALSE]
  if (nrow(values) == 0) return(NA)
  kinds <- sort(unique(as.vector(values[!is.na(values)])))
  if (length(kinds) < 2) return(NA)
  counts <- sapply(kinds, function(kind) rowSums(values == kind, na.rm = TRUE))
  counts <- matrix(counts, ncol = length(kinds))
  given <- rowSums(counts)
  n <- sum(given)
  observed <- sum((given^2 - rowSums(counts^2)) / (given - 1)) / n
  chance <- (n^2 - sum(colSums(counts)^2)) / (n * (n - 1))
  1 - observed / chance
}

# Whether each value holds a code: each set is taken apart once, not once for each unit.
sets <- unique(as.vector(values))
apart <- strsplit(sets, "+", fixed = TRUE)
holds <- function(code) {
  there <- vapply(apart, function(set) code %in% set, TRUE)
  there[is.na(sets)] <- NA
  matrix(there[match(values, sets)], nrow = nrow(values))
}

wrong <- 0
same <- function(what, mine, theirs) {
  fits <- (is.na(mine) && is.na(theirs)) || (!is.na(mine) && !is.na(theirs) && abs(mine - theirs) < 1e-9)
  cat(sprintf("%-24s %12.9f   report %12.9f   %s\n", what, mine, theirs, if (fits) "same" else "DIFFERENT"))
  if (!fits) wrong <<- wrong + 1
}

for (i in seq_len(nrow(expected))) {
  row <- expected[i, ]
  if (row$coefficient != "alpha") next
  if (row$scope == "overall") same("all units", alpha(values), row$value)
  if (row$scope == "code") same(row$name, alpha(holds(row$name)), row$value)
  if (row$scope == "pair") {
    pair <- strsplit(row$name, " ", fixed = TRUE)[[1]]
    same(row$name, alpha(values[, pair, drop = FALSE]), row$value)
  }
}

numbers <- matrix(match(values, sort(unique(as.vector(values[!is.na(values)])))), nrow = nrow(values))
if (requireNamespace("irr", quietly = TRUE)) print(irr::kripp.alpha(t(numbers), method = "nominal"))
if (requireNamespace("irrCAC", quietly = TRUE)) print(irrCAC::krippen.alpha.raw(numbers)$est)

quit(status = if (wrong > 0) 1 else 0)
