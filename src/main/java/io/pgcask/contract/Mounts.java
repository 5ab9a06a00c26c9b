package io.pgcask.contract;

/** Where the runner finds what the Job mounts, and where it answers. */
public final class Mounts {
  /** Environment variable with the {@link Task} as JSON. */
  public static final String TASK_VARIABLE = "PGCASK_TASK";

  /**
   * Directory with {@link #USER}, {@link #PASSWORD}, {@link #CONNECTION_STRING}, {@link #CA},
   * {@link #CLIENT_CERTIFICATE}, {@link #CLIENT_KEY}.
   */
  public static final String CONNECTION = "/var/run/pgcask/connection";

  /** Directory with {@link #ACCESS_KEY_ID}, {@link #SECRET_ACCESS_KEY} and the like. */
  public static final String STORAGE = "/var/run/pgcask/storage";

  /** Mount point of the volume, where storage is a PersistentVolumeClaim. */
  public static final String VOLUME = "/var/run/pgcask/volume";

  /**
   * Directory with one directory per copy, called 1, 2 and so on, in which {@link #COPY_STORAGE} is
   * what {@link #STORAGE} is to the backup itself, and {@link #COPY_VOLUME} what {@link #VOLUME}
   * is.
   */
  public static final String COPIES = "/var/run/pgcask/copies";

  /** Directory with a copy's credentials, in the copy's own. */
  public static final String COPY_STORAGE = "storage";

  /** Mount point of a copy's volume, in the copy's own directory. */
  public static final String COPY_VOLUME = "volume";

  /** Directory with {@link #PRE_SQL} and {@link #POST_SQL}. */
  public static final String SQL = "/var/run/pgcask/sql";

  /** File with SQL to run before a dump or a load. */
  public static final String PRE_SQL = "pre.sql";

  /** File with SQL to run after a dump or a load. */
  public static final String POST_SQL = "post.sql";

  /** Directory with {@link #RECIPIENTS} and {@link #IDENTITY}. */
  public static final String ENCRYPTION = "/var/run/pgcask/encryption";

  /** Directory for files that may be as large as the largest table, where the task needs one. */
  public static final String SCRATCH = "/var/run/pgcask/scratch";

  /** File with age recipients. */
  public static final String RECIPIENTS = "recipients";

  /** File with age identities. */
  public static final String IDENTITY = "identity";

  /** The termination message; {@link Result} as JSON. */
  public static final String TERMINATION_MESSAGE = "/dev/termination-log";

  /** File with the role to connect as. */
  public static final String USER = "user";

  /** File with the password; absent: none. */
  public static final String PASSWORD = "password";

  /** File with a libpq connection string; user and password are taken from it. */
  public static final String CONNECTION_STRING = "connectionString";

  /** File with CA certificates in PEM, in either directory. */
  public static final String CA = "ca.crt";

  /** File with the client certificate in PEM; absent: none. Also the key in the user's Secret. */
  public static final String CLIENT_CERTIFICATE = "tls.crt";

  /** File with the key of the client certificate; also the key in the user's Secret. */
  public static final String CLIENT_KEY = "tls.key";

  /** File with the S3 access key id; also the key in the user's Secret. */
  public static final String ACCESS_KEY_ID = "accessKeyId";

  /** File with the S3 secret access key; also the key in the user's Secret. */
  public static final String SECRET_ACCESS_KEY = "secretAccessKey";

  /** File with the S3 session token, optional; also the key in the user's Secret. */
  public static final String SESSION_TOKEN = "sessionToken";

  private Mounts() {}
}
