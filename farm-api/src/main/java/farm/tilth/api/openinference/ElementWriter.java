package farm.tilth.api.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a tensor's elements as a flat JSON list; a BYTES element as the UTF-8 text that it is. */
final class ElementWriter {
    private ElementWriter() {}

    static void write(Tensor tensor, JsonGenerator json) throws IOException {
        Datatype datatype = Datatype.of(tensor.getDatatype(), tensor.getName());
        ByteBuffer content = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        json.writeStartArray();
        while (content.hasRemaining()) {
            switch (datatype) {
                case BOOL -> json.writeBoolean(content.get() != 0);
                case UINT8 -> json.writeNumber(Byte.toUnsignedInt(content.get()));
                case UINT16 -> json.writeNumber(Short.toUnsignedInt(content.getShort()));
                case UINT32 -> json.writeNumber(Integer.toUnsignedLong(content.getInt()));
                case UINT64 -> json.writeNumber(new BigInteger(Long.toUnsignedString(content.getLong())));
                case INT8 -> json.writeNumber(content.get());
                case INT16 -> json.writeNumber(content.getShort());
                case INT32 -> json.writeNumber(content.getInt());
                case INT64 -> json.writeNumber(content.getLong());
                case FP16 -> json.writeNumber(Float.float16ToFloat(content.getShort()));
                case BF16 -> json.writeNumber(Float.intBitsToFloat(content.getShort() << 16));
                case FP32 -> json.writeNumber(content.getFloat());
                case FP64 -> json.writeNumber(content.getDouble());
                case BYTES -> json.writeString(text(content));
            }
        }
        json.writeEndArray();
    }

    private static String text(ByteBuffer content) {
        byte[] utf8 = new byte[content.getInt()];
        content.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
