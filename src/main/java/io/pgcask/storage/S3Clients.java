package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Storage;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * Builds the client: nothing of it is taken from files of a home, and from the environment only the
 * pod's identity, if the storage names no Secret.
 */
final class S3Clients {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** For requests without a bound of their own. */
  private static final Duration ATTEMPT = Duration.ofMinutes(5);

  private S3Clients() {}

  /**
   * A client.
   *
   * @param credentials empty for the pod's own identity
   * @param authorities CAs to trust beside the system's
   */
  static S3Client build(
      Storage.S3 storage,
      Optional<StorageCredentials> credentials,
      List<X509Certificate> authorities) {
    Optional<TrustManager[]> managers =
        authorities.isEmpty() ? Optional.empty() : Optional.of(trustManagers(authorities));
    var noProfiles = ProfileFile.aggregator().build();
    var region = Region.of(storage.regionOrDefault());
    boolean checksums = storage.checksumAlways();
    var client =
        S3Client.builder()
            .httpClient(http(managers))
            .credentialsProvider(
                credentials
                    .<AwsCredentialsProvider>map(S3Clients::aws)
                    .orElseGet(() -> WorkloadIdentity.of(region)))
            .region(region)
            .requestChecksumCalculation(
                checksums
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                checksums
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(Boolean.TRUE.equals(storage.forcePathStyle()))
                    // many servers do not know the chunked signature
                    .chunkedEncodingEnabled(false)
                    // HttpURLConnection cannot read the answer that refuses an Expect
                    .expectContinueEnabled(false)
                    .profileFile(() -> noProfiles)
                    .build())
            .overrideConfiguration(
                override ->
                    override
                        .defaultProfileFile(noProfiles)
                        .apiCallAttemptTimeout(ATTEMPT)
                        // S3Retry does that
                        .retryStrategy(AwsRetryStrategy.doNotRetry()));
    if (storage.endpoint() != null) {
      client.endpointOverride(URI.create(storage.endpoint()));
    }
    return client.build();
  }

  private static SdkHttpClient http(Optional<TrustManager[]> managers) {
    var http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE);
    managers.ifPresent(trusted -> http.tlsTrustManagersProvider(() -> trusted));
    var client = http.build();
    return ProxyConfiguration.builder().build().host() == null
        ? new LargeBodies(
            client,
            managers.map(S3Clients::socketFactory),
            (int) CONNECT.toMillis(),
            (int) SILENCE.toMillis())
        : client; // it knows how to talk to the proxy of HTTPS_PROXY
  }

  private static SSLSocketFactory socketFactory(TrustManager[] managers) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static AwsCredentialsProvider aws(StorageCredentials credentials) {
    return StaticCredentialsProvider.create(
        credentials
            .sessionToken()
            .<AwsCredentials>map(
                token ->
                    AwsSessionCredentials.create(
                        credentials.accessKeyId(), credentials.secretAccessKey(), token))
            .orElseGet(
                () ->
                    AwsBasicCredentials.create(
                        credentials.accessKeyId(), credentials.secretAccessKey())));
  }

  /** Trusts these beside the system's. */
  private static TrustManager[] trustManagers(List<X509Certificate> authorities) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (var certificate : authorities) {
        store.setCertificateEntry("given-" + count++, certificate);
      }
      var system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      system.init((KeyStore) null);
      for (var manager : system.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (var certificate : x509.getAcceptedIssuers()) {
            store.setCertificateEntry("system-" + count++, certificate);
          }
        }
      }
      var merged = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      merged.init(store);
      return merged.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
