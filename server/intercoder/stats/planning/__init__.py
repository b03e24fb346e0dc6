"""Before the work: which coefficient, how many units to code twice, how many documents."""
