# compiler/circuit
libzkmlc_la_SOURCES += \
  compiler/circuit/plan.h compiler/circuit/plan.c compiler/circuit/audit.c \
  compiler/circuit/facts.h compiler/circuit/facts.c \
  compiler/circuit/chain.c compiler/circuit/build.h compiler/circuit/build.c \
  compiler/circuit/form.c compiler/circuit/registers.c \
  compiler/circuit/gadget_range.c compiler/circuit/gadget_round.c \
  compiler/circuit/gadget_div.c compiler/circuit/gadget_max.c \
  compiler/circuit/gadget_select.c compiler/circuit/gadget_compare.c \
  compiler/circuit/gadget_table.c compiler/circuit/gadget_assert.c \
  compiler/circuit/gadget_entry.c compiler/circuit/gadget_fuse.c \
  compiler/circuit/layout.h compiler/circuit/layout.c \
  compiler/circuit/batch.h compiler/circuit/batch.c compiler/circuit/emit_batch.c \
  compiler/circuit/emit.h compiler/circuit/emit.c compiler/circuit/emit_program.c \
  compiler/circuit/emit_source.c \
  compiler/circuit/schema.h compiler/circuit/schema.c \
  compiler/circuit/dump.h compiler/circuit/dump.c \
  compiler/circuit/lower.h compiler/circuit/lower.c
