# runtime/witness
libzkmlcore_la_SOURCES += runtime/witness/input.h runtime/witness/witness.h
