package io.pgcask.operator.schedule.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What the chart sets for notifications, through environment variables. */
@ConfigMapping(prefix = "pgcask.notifications")
public interface NotificationConfig {

  /** Whether link-local addresses and those of the cloud's metadata may be asked. */
  @WithDefault("false")
  boolean allowLinkLocal();
}
