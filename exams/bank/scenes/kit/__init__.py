"""The drawing kit of the scenes: everything is drawn in centimetres, y downwards, and placed with ``ink.at``."""
