package org.espalier.jobs.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** How numbers and objects look as JSON: a number that is not known, NaN in Java, is null. */
public final class JsonFormat {
  private JsonFormat() {}

  /** Returns a mapper for one object a line. */
  public static ObjectMapper lines() {
    SimpleModule unknown = new SimpleModule("unknown numbers");
    unknown.addSerializer(double.class, new NumberWriter());
    unknown.addSerializer(Double.class, new NumberWriter());
    unknown.addDeserializer(double.class, new NumberReader());
    unknown.addDeserializer(Double.class, new NumberReader());
    return new ObjectMapper().registerModule(unknown);
  }

  /** Returns a mapper for people to read. */
  public static ObjectMapper pretty() {
    return lines().enable(SerializationFeature.INDENT_OUTPUT);
  }

  private static final class NumberWriter extends StdSerializer<Double> {
    private static final long serialVersionUID = 1L;

    NumberWriter() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isNaN() || value.isInfinite()) {
        out.writeNull();
      } else {
        out.writeNumber(value);
      }
    }
  }

  private static final class NumberReader extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    NumberReader() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return in.getDoubleValue();
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
