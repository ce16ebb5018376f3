package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.espalier.data.CorruptRecords;
import org.espalier.nn.ParameterLayout;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** What travels in RDDs must survive the serialiser that DL4J-Spark's users set. */
class KryoTest {

  private static <T> T roundTrip(T value, Class<T> type) {
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    SparkConf conf =
        new SparkConf(false).set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
    var kryo = new KryoSerializer(conf).newInstance();
    return kryo.deserialize(kryo.serialize(value, tag), tag);
  }

  @Test
  void carriesShards() {
    ImageShard shard =
        ImageShard.pack(
            4,
            TinyData.SHAPE,
            TinyData.images(5),
            new CorruptRecords(7, List.of("one record is torn")));

    ImageShard copy = roundTrip(shard, ImageShard.class);

    assertThat(copy.id()).isEqualTo(4);
    assertThat(copy.images()).isEqualTo(shard.images());
    assertThat(copy.corruptRecords()).isEqualTo(shard.corruptRecords());
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void carriesWorkersResults() {
    ParameterLayout layout = ParameterLayout.means(2);
    DyadicSum<WorkerResult> sum =
        DyadicSum.of(1, WorkerResult.of(new float[] {1, 2}, new float[0], 3, 10, 5, 10, 4));

    DyadicSum<WorkerResult> copy =
        (DyadicSum<WorkerResult>) roundTrip((DyadicSum) sum, DyadicSum.class);
    WorkerResult result =
        copy.plus(DyadicSum.of(0, WorkerResult.idle()), (a, b) -> a.plus(b, layout, layout))
            .total((a, b) -> a.plus(b, layout, layout));

    assertThat(result.parameters().values(layout)).containsExactly(1, 2);
    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.right()).isEqualTo(4);
  }
}
