package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.runner.DockerCli.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The client programs of the product's image, in a container beside the servers. */
final class ClientPrograms {
  private final String container;

  ClientPrograms(RunnerFixture fixture) {
    container =
        fixture
            .docker()
            .start(
                "clients",
                List.of(
                    "-e=PGUSER=postgres",
                    "-e=PGPASSWORD=" + RunnerFixture.ADMIN_PASSWORD,
                    "-e=TZ=UTC",
                    "--entrypoint=sleep",
                    RunnerFixture.IMAGE,
                    "86400"));
  }

  /** The majors that there are, ascending. */
  List<Integer> majors() {
    return must("ls", "/usr/lib/postgresql").lines().map(Integer::valueOf).sorted().toList();
  }

  /** The path of a program. */
  static String program(int major, String name) {
    return "/usr/lib/postgresql/" + major + "/bin/" + name;
  }

  Outcome run(String... command) {
    var all = new ArrayList<>(List.of("exec", container));
    all.addAll(List.of(command));
    return DockerCli.run(all.toArray(String[]::new));
  }

  /** Runs a command that must succeed. */
  String must(String... command) {
    var outcome = run(command);
    assertThat(outcome.code()).as(String.join(" ", command) + "\n" + outcome.output()).isZero();
    return outcome.output();
  }

  /** Runs a file of the test's resources as superuser. */
  void load(int server, String database, Path sql) {
    put(sql, "/tmp/load.sql");
    must(
        program(majors().getLast(), "psql"),
        "--host=pg" + server,
        "--dbname=" + database,
        "-Xq",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        "--file=/tmp/load.sql");
  }

  void put(Path file, String there) {
    DockerCli.must("cp", file.toString(), container + ":" + there);
  }

  void fetch(String there, Path file) {
    DockerCli.must("cp", container + ":" + there, file.toString());
  }
}
