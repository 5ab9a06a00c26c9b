/**
 * Client-side encryption in the format of age (<a
 * href="https://age-encryption.org/v1">age-encryption.org/v1</a>, X25519 recipients), so that
 * {@code age -d} opens what is written here.
 *
 * <p>The header (key agreement, stanzas, HMAC) and Bech32 are the library jagged's. The payload,
 * the part that every byte passes, is {@link javax.crypto.Cipher} on chunks of 64 KiB, which is
 * faster; the figures are in {@code docs/encryption.md}.
 *
 * <p>Writing is one line around the upload, and nothing else on the way changes:
 *
 * <pre>{@code
 * pg_dump stdout -> DumpStream (counts) -> EncryptedUpload -> S3Upload or VolumeUpload (hash)
 *
 * try (var upload = EncryptedUpload.to(store.begin(key, estimate), recipients)) { ... }
 * }</pre>
 *
 * <p>Reading goes between the stored bytes and their reader. The end is given only after the last
 * chunk was authenticated and the input has ended, so that {@code StoredInput} has compared its
 * hash by then:
 *
 * <pre>{@code
 * StoredInput (hash) -> AgeDecryption -> Decompression or pg_restore stdin
 *
 * try (var plain = AgeDecryption.of(input.shielded(), identities)) { ... }
 * }</pre>
 *
 * <p>Memory: two chunks a stream, whatever its length.
 */
package io.pgcask.runner.age;
