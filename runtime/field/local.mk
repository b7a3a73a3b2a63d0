libzkmlcore_la_SOURCES += \
  runtime/field/field.h runtime/field/limbs.h \
  runtime/field/inline.h runtime/field/inline_template.h \
  runtime/field/field_template.h runtime/field/fp.c runtime/field/fq.c \
  runtime/field/modinv.c runtime/field/modinv.h \
  runtime/field/bulk.c runtime/field/bulk_portable.c runtime/field/bulk_ifma.c runtime/field/bulk.h \
  runtime/field/ifma.h runtime/field/ifma_template.h
