package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A backup, or a dump that pg_dump made elsewhere, by its place in storage. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!self.path.startsWith('/') && !self.path.split('/').exists(p, p in ['', '.', '..'])",
    message = "path must be relative and must not contain empty parts, . or ..")
public record RestoreLocation(
    @Required @JsonPropertyDescription("The bucket or volume.") Storage storage,
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "Directory of the backup (it holds manifest.json), or a dump that pg_dump made elsewhere:"
                + " its one file (Custom, Tar or Plain; also compressed with gzip, zstd or lz4, or"
                + " encrypted with age), or its directory (it holds toc.dat). What a file is, is told"
                + " by its bytes, not by its name. Relative to the storage, that is to its bucket and"
                + " prefix or to its volume and path.")
        String path,
    @Pattern(Api.SHA256)
        @JsonPropertyDescription(
            "SHA-256 of a dump that is one file, as it is stored: 64 hexadecimal digits in lower case,"
                + " as `sha256sum` prints them. It is compared while the dump is read, and a difference"
                + " fails the restore. Refused for a backup, whose manifest has all hashes, and for a"
                + " directory. Default: none, and the plan warns that damage may go unnoticed.")
        String sha256) {}
