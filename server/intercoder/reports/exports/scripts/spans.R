# Agreement on the free spans in spans.csv, held against the numbers of the report in expected.csv.
#   Rscript spans.R
# Needs nothing but R. Ends with status 1 where a number is not the report's.
#
# spans.csv: a row for each span of a coder with its code; offsets are code points from 0, the end is not included.
# layers.csv: who finished which document, and how many characters it has. codes.csv and coders.csv say the names.
# Krippendorff, Mathet, Bouvry, Widlöcher 2016, Quality & Quantity 50:2347-2364, doi 10.1007/s11135-015-0266-1.

spans <- read.csv("spans.csv", fileEncoding = "UTF-8-BOM", stringsAsFactors = FALSE)
layers <- read.csv("layers.csv", fileEncoding = "UTF-8-BOM", stringsAsFactors = FALSE)
expected <- read.csv("expected.csv", fileEncoding = "UTF-8-BOM", stringsAsFactors = FALSE)

# Spans that overlap are one; with touching = TRUE also those that touch.
joined <- function(start, end, touching) {
  order <- order(start, end)
  start <- start[order]
  end <- end[order]
  if (length(start) == 0) return(list(start = numeric(0), end = numeric(0)))
  reached <- c(-1, cummax(end)[-length(end)])
  new <- if (touching) start > reached else start >= reached
  group <- cumsum(new)
  list(start = as.numeric(start[new]), end = as.numeric(tapply(end, group, max)))
}

# The coders of each document that two or more finished, and its length.
compared <- split(layers, layers$document)
compared <- Filter(function(layer) nrow(layer) > 1, compared)

# |u-alpha: each character of each coder is marked or not.
binary <- function(wanted) {
  total <- marked <- squares <- apart <- 0
  for (layer in compared) {
    m <- nrow(layer)
    total <- total + m * layer$length[1]
    edges <- steps <- numeric(0)
    for (coder in layer$coder) {
      own <- spans[spans$document == layer$document[1] & spans$coder == coder & spans$code %in% wanted, ]
      units <- joined(own$start, own$end, TRUE)
      width <- units$end - units$start
      marked <- marked + sum(width)
      squares <- squares + sum(width^2)
      edges <- c(edges, units$start, units$end)
      steps <- c(steps, rep(1, length(width)), rep(-1, length(width)))
    }
    if (length(edges) == 0) next
    order <- order(edges)
    marking <- cumsum(steps[order])
    apart <- apart + sum(c(diff(edges[order]), 0) * marking * (m - marking)) / (m - 1)
  }
  gap <- total - marked
  if (marked == 0 || gap == 0) return(NA)
  1 - apart / (total * gap * marked / (total^2 - squares - gap))
}

# u-alpha: each character of each coder has a code or none; for codes that exclude one another.
whole <- function() {
  total <- same <- gap <- 0
  codes <- sort(unique(spans$code))
  lengths <- squares <- setNames(numeric(length(codes)), codes)
  for (layer in compared) {
    m <- nrow(layer)
    total <- total + m * layer$length[1]
    places <- c(0, layer$length[1])
    units <- list()
    for (coder in layer$coder) {
      own <- spans[spans$document == layer$document[1] & spans$coder == coder, ]
      for (code in unique(own$code)) {
        unit <- joined(own$start[own$code == code], own$end[own$code == code], FALSE)
        width <- unit$end - unit$start
        lengths[code] <- lengths[code] + sum(width)
        squares[code] <- squares[code] + sum(width^2)
        units[[length(units) + 1]] <- list(coder = coder, code = code, start = unit$start, end = unit$end)
        places <- c(places, unit$start, unit$end)
      }
    }
    places <- sort(unique(places))
    width <- diff(places)
    values <- matrix("", nrow = m, ncol = length(width), dimnames = list(layer$coder, NULL))
    for (unit in units) {
      for (i in seq_along(unit$start)) {
        inside <- places[-length(places)] >= unit$start[i] & places[-1] <= unit$end[i]
        values[unit$coder, inside] <- unit$code
      }
    }
    gap <- gap + sum((values == "") %*% width)
    for (kind in unique(as.vector(values))) {
      n <- colSums(values == kind)
      same <- same + sum(width * n * (n - 1)) / (m - 1)
    }
  }
  below <- total^2 - sum(squares) - gap
  chance <- sum(total * (lengths^2 - squares) / below) + total * (gap^2 - gap) / below
  1 - (total - same) / (total - chance)
}

wrong <- 0
same <- function(what, mine, theirs) {
  fits <- (is.na(mine) && is.na(theirs)) || (!is.na(mine) && !is.na(theirs) && abs(mine - theirs) < 1e-9)
  cat(sprintf("%-24s %12.9f   report %12.9f   %s\n", what, mine, theirs, if (fits) "same" else "DIFFERENT"))
  if (!fits) wrong <<- wrong + 1
}

by_code <- list()
for (i in seq_len(nrow(expected))) {
  row <- expected[i, ]
  if (row$coefficient == "binary_u_alpha") {
    by_code[[row$name]] <- binary(row$name)
    same(row$name, by_code[[row$name]], row$value)
  }
  if (row$coefficient == "any_code_u_alpha") same("any code", binary(unique(spans$code)), row$value)
  if (row$coefficient == "u_alpha" && !is.na(row$value)) same("u-alpha", whole(), row$value)
}
mean_of <- expected$value[expected$coefficient == "mean_binary_u_alpha"]
same("mean of codes", mean(unlist(by_code), na.rm = TRUE), mean_of)

quit(status = if (wrong > 0) 1 else 0)
