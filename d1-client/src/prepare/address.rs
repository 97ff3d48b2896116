//! The lines of an address, folded at words.

/// How many lines D1 has for an address.
pub(crate) const LINES: usize = 4;

/// The lines as at most four of at most `longest` characters: each line begins anew if they fit so, and else its words
/// follow on. `None` if they do not fit, or a word is too long for a line.
pub(crate) fn fold(lines: &[&str], longest: usize) -> Option<Vec<String>> {
    let each: Vec<String> = lines
        .iter()
        .map(|line| wrap(line, longest))
        .collect::<Option<Vec<_>>>()?
        .concat();
    if each.len() <= LINES {
        return Some(each);
    }
    wrap(&lines.join(" "), longest).filter(|lines| lines.len() <= LINES)
}

fn wrap(text: &str, longest: usize) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    // Of the last line, in characters.
    let mut length = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word_length = word.chars().count();
        if word_length > longest {
            return None;
        }
        match lines.last_mut() {
            Some(line) if length + 1 + word_length <= longest => {
                line.push(' ');
                line.push_str(word);
                length += 1 + word_length;
            }
            _ => {
                lines.push(word.to_owned());
                length = word_length;
            }
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_anew_while_they_fit() {
        assert_eq!(fold(&["a bb ccc", "d"], 4).unwrap(), ["a bb", "ccc", "d"]);
        assert_eq!(
            fold(&["a bb ccc", "d", "e", "f"], 4).unwrap(),
            ["a bb", "ccc", "d e", "f"]
        );
        assert_eq!(fold(&["aaaaa"], 4), None);
        assert_eq!(fold(&["aaa bbb ccc ddd eee"], 4), None);
    }
}
