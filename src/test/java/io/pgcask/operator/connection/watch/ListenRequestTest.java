package io.pgcask.operator.connection.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenRequestTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @Test
  void aTimeAndTables() {
    assertThat(ListenRequest.parse("2026-11-26T14:00:00+01:00;public.orders,sales.items", NOW))
        .isEqualTo(
            new ListenRequest.Tables(
                Instant.parse("2026-11-26T13:00:00Z"),
                List.of(new TableName("public", "orders"), new TableName("sales", "items"))));
  }

  @Test
  void namesAreTakenAsTheyAreAndQuotesAreForDots() {
    assertThat(TableName.parse("Sales.Order Items, public.\"a.b,\"\"c\"\"\""))
        .containsExactly(
            new TableName("Sales", "Order Items"), new TableName("public", "a.b,\"c\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "orders", "a.b.c", "a.", ".b", "a.b,", "a.\"b", "a.\"b\"c", "a.b,,c.d"})
  void whatIsNoListOfTablesIsRefused(String text) {
    assertThatThrownBy(() -> TableName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThat(ListenRequest.parse("2026-11-26T13:00:00Z;" + text, NOW))
        .isInstanceOf(ListenRequest.Invalid.class);
  }

  @Test
  void afterTheTimeNobodyListens() {
    var request = ListenRequest.parse("2026-11-26T13:00:00Z;public.orders", NOW);
    assertThat(request.at(NOW.plusSeconds(3_599))).isEqualTo(request);
    assertThat(request.at(NOW.plusSeconds(3_600))).isEqualTo(new ListenRequest.Nothing());
    assertThat(ListenRequest.parse("2026-11-26T12:00:00Z;public.orders", NOW))
        .isEqualTo(new ListenRequest.Nothing());
  }

  @Test
  void isBounded() {
    var many =
        IntStream.rangeClosed(1, 101)
            .mapToObj("public.t%d"::formatted)
            .collect(Collectors.joining(","));
    for (var text :
        List.of(
            "public.orders",
            "tomorrow;public.orders",
            "2026-11-27T12:00:01Z;public.orders",
            "2026-11-26T13:00:00Z;" + many)) {
      assertThat(ListenRequest.parse(text, NOW)).as(text).isInstanceOf(ListenRequest.Invalid.class);
    }
  }
}
