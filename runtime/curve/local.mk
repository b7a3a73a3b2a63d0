# runtime/curve
