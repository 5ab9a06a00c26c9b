package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Which Backups of a schedule are kept. Only Completed, whole ones that are not damaged count. One
 * that any rule keeps is kept, unless it is older than maxAge. Nothing good is removed while the
 * newest attempt has failed, or while the schedule is suspended.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "has(self.keepLast) || has(self.keepHourly) || has(self.keepDaily) || has(self.keepWeekly) || has(self.keepMonthly) || has(self.keepYearly) || has(self.maxAge) || has(self.failedHistoryLimit)",
    message =
        "retention needs at least one of keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, maxAge, failedHistoryLimit")
@RecordBuilder
public record Retention(
    @Min(1) @Max(10000) @JsonPropertyDescription("Keeps the newest ones, so many. Default: none.")
        Integer keepLast,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Keeps the newest one of each of the last hours that have one, so many hours, in the time zone of the schedule. Default: none.")
        Integer keepHourly,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Keeps the newest one of each of the last days that have one, so many days, in the time zone of the schedule. Default: none.")
        Integer keepDaily,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Keeps the newest one of each of the last weeks (Monday to Sunday) that have one, so many weeks, in the time zone of the schedule. Default: none.")
        Integer keepWeekly,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Keeps the newest one of each of the last months that have one, so many months, in the time zone of the schedule. Default: none.")
        Integer keepMonthly,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Keeps the newest one of each of the last years that have one, so many years, in the time zone of the schedule. Default: none.")
        Integer keepYearly,
    @Pattern(Api.DURATION)
        @JsonPropertyDescription(
            "Removes what is older, also if a rule above keeps it, for example 90d. Alone it keeps all that"
                + " is younger. Default: no limit.")
        String maxAge,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "So many of the newest good ones are never removed, whatever the rules and maxAge say; nor is what"
                + " is newer than they are. Default: 1.")
        Integer minKeep,
    @JsonPropertyDescription(
            "true counts only those that were verified and passed. One that was not takes the place of none"
                + " that was, and stays only where it would if it counted. Default: false.")
        Boolean verifiedOnly,
    @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
            "How many Failed ones without data are kept as a record, the newest ones; always the newest Backup of"
                + " all. Default: 3.")
        Integer failedHistoryLimit) {}
