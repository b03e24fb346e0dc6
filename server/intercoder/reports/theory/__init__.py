"""What a study has found, as papers print it: tables, matrices, the data structure, the manuscript pack."""
