/* verify KEY PROOF: what `zkml verify` does, with the library.
 *
 *     cc verify.c $(pkg-config --cflags --libs zkml) -o verify
 */
#include <stdio.h>
#include <stdlib.h>
#include <zkml.h>

/* The bytes of a file, to be freed; NULL when it cannot be read or is longer than a proof is. */
static unsigned char *read_file(const char *path, size_t *length)
{
    const size_t limit = 1 << 24;
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = file != NULL ? malloc(limit + 1) : NULL;
    *length = bytes != NULL ? fread(bytes, 1, limit + 1, file) : 0;
    int bad = bytes == NULL || ferror(file) || *length > limit;
    if (file != NULL)
        (void)fclose(file);
    if (!bad)
        return bytes;
    free(bytes);
    return NULL;
}

int main(int argc, char **argv)
{
    zkml_error err;
    zkml_key *key;
    zkml_values *values;
    size_t length;
    if (argc != 3) {
        fprintf(stderr, "usage: verify KEY PROOF\n");
        return ZKML_USAGE;
    }
    if (zkml_key_load(&key, argv[1], &err) != ZKML_OK) {
        fprintf(stderr, "%s\n", err.text);
        return err.status;
    }
    unsigned char *proof = read_file(argv[2], &length);
    if (proof == NULL) {
        fprintf(stderr, "%s: cannot be read\n", argv[2]);
        zkml_key_free(key);
        return ZKML_IO;
    }
    zkml_status status = zkml_verify(&values, key, proof, length, &err);
    free(proof);
    zkml_key_free(key);
    if (status != ZKML_OK) {
        fprintf(stderr, "%s: %s\n", argv[2], err.text);
        return status;
    }
    printf("proof: valid\n");
    for (size_t i = 0; i < zkml_values_count(values); i++) {
        const zkml_value *value = zkml_values_at(values, i);
        printf("public %s: %s = %s\n", value->role == ZKML_INPUT ? "input" : "output", value->name,
               value->json);
    }
    zkml_values_free(values);
    return ZKML_OK;
}
