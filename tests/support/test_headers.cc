// Has nothing of its own: what most tests include is compiled with it (cmake/Targets.cmake).
