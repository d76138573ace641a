/// The beginning of a text that has to fit somewhere: at most `size` bytes, and no character of
/// UTF-8 cut in two. Bytes that are not UTF-8 are cut where they stand.
package func beginning<Text: RandomAccessCollection<UInt8>>(
    of text: Text, atMost size: Int
) -> Text.SubSequence {
    guard text.count > size else { return text[...] }
    let end = text.index(text.startIndex, offsetBy: size)
    // No character has more than three continuation bytes (10xxxxxx).
    for distance in 0...min(3, size) {
        let cut = text.index(end, offsetBy: -distance)
        if text[cut] & 0xC0 != 0x80 { return text[..<cut] }
    }
    return text[..<end]
}

/// The text, or as much of it as leaves room for three dots in `size` bytes.
package func clipped(_ text: String, to size: Int) -> String {
    guard text.utf8.count > size else { return text }
    return String(decoding: beginning(of: Array(text.utf8), atMost: size - 3), as: UTF8.self)
        + "..."
}
