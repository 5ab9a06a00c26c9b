package io.pgcask.api.v1alpha1;

/** Names that all kinds share. */
public final class Api {
  /** The API group. */
  public static final String GROUP = "pgcask.io";

  /** The API version. */
  public static final String VERSION = "v1alpha1";

  /** {@code kubectl get pgcask} lists every kind. */
  public static final String CATEGORY = "pgcask";

  /** A duration such as {@code 90m}, {@code 12h}, {@code 7d} or {@code 2w}. */
  public static final String DURATION = "^[1-9][0-9]{0,4}(m|h|d|w)$";

  /**
   * A cron expression of five fields or a nickname. Of six fields and {@code @reboot} nothing good
   * comes; whether the five mean something is for the operator to find out.
   */
  public static final String CRON =
      "^(@hourly|@daily|@weekly|@monthly|[0-9*,/-]+ [0-9*,/-]+ [0-9*,/-]+ [0-9A-Za-z*,/-]+ [0-9A-Za-z*,/-]+)$";

  /** A name of another object in the same namespace (RFC 1123 subdomain). */
  public static final String OBJECT_NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  /** A psql pattern of names, on one line. */
  public static final String NAME_PATTERN = "^[^\\r\\n]{1,256}$";

  /**
   * A time of RFC 3339 as Java reads it. The API server lets more through, such as an offset of 99
   * hours; a resource that cannot be read would keep the operator from seeing any.
   */
  public static final String TIME =
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])$";

  /** A SHA-256 as {@code sha256sum} prints it. */
  public static final String SHA256 = "^[0-9a-f]{64}$";

  private Api() {}
}
