# runtime/mock
libzkmlcore_la_SOURCES += runtime/mock/mock.h
