libzkmlcore_la_SOURCES += \
  runtime/inspect/cost.c runtime/inspect/cost.h runtime/inspect/proof_size.c \
  runtime/inspect/equation.c runtime/inspect/equation.h \
  runtime/inspect/flame.c runtime/inspect/layout_svg.c runtime/inspect/layout.h \
  runtime/inspect/report.c runtime/inspect/report.h runtime/inspect/report_commitment.c \
  runtime/inspect/report_json.c runtime/inspect/report_text.c \
  runtime/inspect/words.c runtime/inspect/words.h
