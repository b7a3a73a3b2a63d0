# runtime/field
