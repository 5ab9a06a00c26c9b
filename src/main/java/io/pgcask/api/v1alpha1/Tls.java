package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** How the connection to the server is encrypted and whom it trusts. */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.caSecretRef) || (has(self.mode) && self.mode in ['verify-ca', 'verify-full'])",
    message =
        "caSecretRef needs mode verify-ca or verify-full: with require, libpq would verify the"
            + " certificate and other clients would not; choose verify-ca or verify-full")
@ValidationRule(
    value =
        "!has(self.mode) || !(self.mode in ['verify-ca', 'verify-full']) || has(self.caSecretRef)",
    message =
        "mode verify-ca and verify-full need caSecretRef, the CA that signed the server's certificate")
@ValidationRule(
    value = "!has(self.clientCertificateSecretRef) || !has(self.mode) || self.mode != 'disable'",
    message =
        "clientCertificateSecretRef needs TLS: without it no certificate can be shown; choose"
            + " another mode than disable")
public record Tls(
    @JsonPropertyDescription(
            "The sslmode of libpq: disable, allow, prefer, require, verify-ca or verify-full. Default:"
                + " require, which encrypts but does not check who answers. An sslmode in a"
                + " connection string is overridden by this field.")
        TlsMode mode,
    @JsonPropertyDescription(
            "The CA certificates (PEM) that the server's certificate is checked against. Required by"
                + " verify-ca and verify-full.")
        CaSecretRef caSecretRef,
    @JsonPropertyDescription(
            "A Secret of type kubernetes.io/tls with the certificate that is shown to the server"
                + " (tls.crt, PEM, with the chain if there is one) and its key (tls.key, PEM, not"
                + " encrypted; RSA, EC, Ed25519 or Ed448). Read anew by each probe and each Job."
                + " Default: none is shown.")
        LocalObjectRef clientCertificateSecretRef) {}
