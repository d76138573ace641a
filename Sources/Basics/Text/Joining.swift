/// The parts with a separator between each two. The standard library's `joined` is larger.
package func joined(_ parts: [String], by separator: String) -> String {
    var text = ""
    for part in parts {
        if !text.isEmpty { text += separator }
        text += part
    }
    return text
}
