#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

// mediasoup uses these containers as drop-in replacements of the standard ones, for their speed. Nothing depends on
// what they do beyond that, so the standard ones stand in.
namespace ankerl::unordered_dense
{
	template<typename T>
	using hash = std::hash<T>;

	template<typename K, typename V, typename H = std::hash<K>, typename E = std::equal_to<K>>
	using map = std::unordered_map<K, V, H, E>;

	template<typename K, typename H = std::hash<K>, typename E = std::equal_to<K>>
	using set = std::unordered_set<K, H, E>;
} // namespace ankerl::unordered_dense
