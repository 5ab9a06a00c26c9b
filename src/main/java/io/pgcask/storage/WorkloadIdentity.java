package io.pgcask.storage;

import java.util.List;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The credentials that the cloud gives to the pod itself. In the order of the SDK's own default
 * chain: variables of the environment; the token of the service account, exchanged at STS ({@code
 * AWS_ROLE_ARN}, {@code AWS_WEB_IDENTITY_TOKEN_FILE}); the container's agent (EKS Pod Identity);
 * the node. What that chain has besides, system properties and the profiles of a home directory, is
 * left out: a pod has no home, and a developer's profile is not the pod's identity.
 */
final class WorkloadIdentity implements AwsCredentialsProvider, SdkAutoCloseable {
  private static final String SESSION = "pgcask";

  private final AwsCredentialsProviderChain chain;
  private final StsClient sts;

  private WorkloadIdentity(AwsCredentialsProviderChain chain, StsClient sts) {
    this.chain = chain;
    this.sts = sts;
  }

  /**
   * The pod's identity; nothing is asked for yet.
   *
   * @param region whose STS is asked; {@code AWS_ENDPOINT_URL_STS} names another
   */
  static WorkloadIdentity of(Region region) {
    var noProfiles = ProfileFile.aggregator().build();
    var sts =
        StsClient.builder()
            .region(region)
            // asked without credentials: the token is the proof
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(override -> override.defaultProfileFile(noProfiles))
            .build();
    return new WorkloadIdentity(
        AwsCredentialsProviderChain.of(
            EnvironmentVariableCredentialsProvider.create(),
            new TokenOfServiceAccount(sts),
            ContainerCredentialsProvider.create(),
            InstanceProfileCredentialsProvider.builder()
                .profileFile(() -> noProfiles)
                .profileName("none")
                .build()),
        sts);
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return chain.resolveCredentials();
    } catch (SdkException e) {
      throw new NoIdentityException(e);
    }
  }

  @Override
  public void close() {
    chain.close();
    sts.close();
  }

  /** The pod has no identity with the cloud, or it was refused. */
  static final class NoIdentityException extends SdkClientException {
    NoIdentityException(SdkException cause) {
      super(
          SdkClientException.builder()
              .message("no credentials from the pod's identity: " + cause.getMessage())
              .cause(cause));
    }

    /** Another try finds what this one found, or comes with the next request. */
    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** Made when it is first asked: the SDK's refuses to be built where there is no token. */
  private static final class TokenOfServiceAccount
      implements AwsCredentialsProvider, SdkAutoCloseable {
    private final StsClient sts;
    private List<StsWebIdentityTokenFileCredentialsProvider> made = List.of();

    TokenOfServiceAccount(StsClient sts) {
      this.sts = sts;
    }

    @Override
    public AwsCredentials resolveCredentials() {
      return provider().resolveCredentials();
    }

    private synchronized StsWebIdentityTokenFileCredentialsProvider provider() {
      if (made.isEmpty()) {
        made =
            List.of(
                StsWebIdentityTokenFileCredentialsProvider.builder()
                    .stsClient(sts)
                    .roleSessionName(SESSION)
                    .build());
      }
      return made.getFirst();
    }

    @Override
    public synchronized void close() {
      made.forEach(StsWebIdentityTokenFileCredentialsProvider::close);
    }
  }
}
