package org.espalier.jobs.report;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.StageResult;

/**
 * The content of {@code report.json}. Fractions are 0 to 1, times in seconds unless the name says
 * otherwise; what is not known or does not apply is null.
 *
 * @param job the verb
 * @param espalierVersion the version that ran
 * @param config the effective configuration
 * @param fingerprint digest of the configuration's parts on which the result depends
 * @param seed seed of every random stream
 * @param started when the run began, ISO 8601
 * @param data the images
 * @param before the network before, or null
 * @param after the network after, or null
 * @param stages what was done, in order
 * @param layers what changed, layer by layer
 * @param history the curves: every epoch of every stage
 * @param controlFactors distributions of SCOP's control factors
 * @param notes sentences that a reader of the numbers has to know
 * @param spark where it ran
 * @param wallSeconds time of this run, from start to report
 * @param more sections of particular verbs, by name
 */
@JsonPropertyOrder({"job", "espalierVersion", "config"})
public record Report(
    String job,
    String espalierVersion,
    Map<String, Object> config,
    String fingerprint,
    long seed,
    String started,
    DataSummary data,
    Measurement before,
    Measurement after,
    List<StageResult> stages,
    List<LayerChange> layers,
    List<EpochResult> history,
    List<ControlFactors> controlFactors,
    List<String> notes,
    SparkSummary spark,
    double wallSeconds,
    @JsonAnyGetter Map<String, Object> more) {}
