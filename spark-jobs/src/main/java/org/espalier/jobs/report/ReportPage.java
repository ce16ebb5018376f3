package org.espalier.jobs.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * The report as one HTML file that needs nothing else: style, charts and data are inside.
 *
 * <p>The page shows what {@code report.json} holds; it is drawn in the reader's browser by Apache
 * ECharts.
 */
public final class ReportPage {
  private static final String WEBJAR = "META-INF/maven/org.webjars/echarts/pom.properties";
  private static final String WEBJARS = "META-INF/resources/webjars/echarts/";
  private static final String FOLDER = "org/espalier/jobs/report/";

  private ReportPage() {}

  /** Returns the page. */
  public static String html(Report report) {
    return resource(FOLDER + "report.html")
        .replace("{{title}}", escape("Espalier: " + report.job()))
        .replace("{{style}}", resource(FOLDER + "report.css"))
        .replace("{{echarts}}", echarts())
        .replace("{{script}}", resource(FOLDER + "report.js"))
        .replace("{{data}}", ReportFiles.json(report).replace("<", "\\u003c"));
  }

  private static String echarts() {
    Properties webjar = new Properties();
    try (InputStream in = open(WEBJAR)) {
      webjar.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + WEBJAR, e);
    }
    return resource(WEBJARS + webjar.getProperty("version") + "/echarts.common.min.js");
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = ReportPage.class.getClassLoader().getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("Cannot make the report: not on the class path: " + name);
    }
    return in;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
