"""Agreement and saturation: pure functions of plain data. Nothing is imported here: numpy loads when needed."""
