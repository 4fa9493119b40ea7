"""Whistles (街乡吹哨、部门报到): a street calls, departments come, nobody leaves undone work."""
