package org.espalier.data.imagefolder;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG to interleaved RGB bytes.
 *
 * <p>The stored samples are taken as they are: grey is repeated, not brightened, and an embedded
 * colour profile is not applied. Transparency is dropped.
 */
final class ImageDecoder {
  private ImageDecoder() {}

  /** Decoded pixels, {@code height * width * 3} unsigned bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pixels(byte[] rgb, int height, int width) {}

  /** The bytes are no image that can be decoded; the message says why. */
  static final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String reason) {
      super(reason);
    }

    UndecodableException(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  static Pixels decode(byte[] bytes) throws UndecodableException {
    if (bytes.length == 0) {
      throw new UndecodableException("it is empty");
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new UndecodableException("its content is no known image format");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        BufferedImage image = reader.read(0);
        if (image.getRaster().getNumBands() == 4 && reader.getFormatName().equals("JPEG")) {
          throw new UndecodableException("Unsupported JPEG with four colour components");
        }
        return pixels(image);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw new UndecodableException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Pixels pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    byte[] rgb = new byte[height * width * 3];
    boolean plain =
        !(image.getColorModel() instanceof IndexColorModel)
            && image.getColorModel().getComponentSize(0) == 8;
    int[] row = new int[width * Math.max(4, raster.getNumBands())];
    for (int y = 0; y < height; y++) {
      int at = 3 * y * width;
      if (plain) {
        raster.getPixels(0, y, width, 1, row);
        int bands = raster.getNumBands();
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            rgb[at + 3 * x + c] = (byte) row[x * bands + (bands >= 3 ? c : 0)];
          }
        }
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
        for (int x = 0; x < width; x++) {
          rgb[at + 3 * x] = (byte) (row[x] >> 16);
          rgb[at + 3 * x + 1] = (byte) (row[x] >> 8);
          rgb[at + 3 * x + 2] = (byte) row[x];
        }
      }
    }
    return new Pixels(rgb, height, width);
  }
}
