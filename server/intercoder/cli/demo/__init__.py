"""The study behind ``intercoder demo``: nine invented firms, already coded by three coders."""
