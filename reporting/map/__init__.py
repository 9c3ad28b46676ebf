"""The map of the French departments: their outlines and names, for every page that shows one."""
