package org.espalier.spark.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * HDFS in this JVM: a name node and data nodes, their files in a folder of their own. Each block is
 * on two data nodes.
 */
public final class MiniHdfs implements AutoCloseable, BeforeAllCallback, AfterAllCallback {
  private final int dataNodes;
  private Path folder;
  private MiniDFSCluster cluster;

  /**
   * Describes one.
   *
   * @param dataNodes the number of data nodes, at least 2
   */
  public MiniHdfs(int dataNodes) {
    this.dataNodes = dataNodes;
  }

  /** Starts it; returns when all data nodes are there. */
  public MiniHdfs start() throws IOException {
    folder = Files.createTempDirectory("espalier-hdfs");
    Configuration conf = new Configuration();
    conf.setInt("dfs.replication", 2);
    conf.setInt("dfs.namenode.heartbeat.recheck-interval", 1000);
    conf.setInt("dfs.heartbeat.interval", 1);
    conf.set("hadoop.security.authentication", "simple");
    File base = folder.toFile();
    cluster = new MiniDFSCluster.Builder(conf, base).numDataNodes(dataNodes).format(true).build();
    cluster.waitActive();
    return this;
  }

  /** Returns the URI of a path, {@code hdfs://localhost:.../path}. */
  public String uri(String path) {
    return cluster.getURI() + path;
  }

  /** Returns the file system. */
  public FileSystem files() throws IOException {
    return cluster.getFileSystem();
  }

  /** Gives a folder no more space than it has; a write fails there as on a full disk. */
  public void fill(String folder) throws IOException {
    cluster
        .getFileSystem()
        .setQuota(new org.apache.hadoop.fs.Path(folder), HdfsConstants.QUOTA_DONT_SET, 1);
  }

  /** Takes a folder's limit away. */
  public void empty(String folder) throws IOException {
    cluster
        .getFileSystem()
        .setQuota(
            new org.apache.hadoop.fs.Path(folder),
            HdfsConstants.QUOTA_DONT_SET,
            HdfsConstants.QUOTA_RESET);
  }

  /** Returns the number of data nodes that run. */
  public int dataNodes() {
    return cluster.getDataNodes().size();
  }

  /** Stops a data node for good. */
  public void stopDataNode(int number) {
    cluster.stopDataNode(number);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    cluster.shutdown();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
