"""Pure Python, no Django: working time, periods, money, codes, Vietnamese text and numbers."""
