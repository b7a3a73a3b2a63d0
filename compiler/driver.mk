# compiler: driver, diagnostics, sources
